/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uart.c - a 16550A at 3f8 [National PC16550D data sheet] whose line is the
 * hypervisor's console.  It sends at once, so its transmitter is always empty.
 * Output is passed on by lines, or when the guest waits.
 */
#include "backend.h"
#include "devices.h"
#include "wedge.h"

#define BASE 0x3f8
#define DATA 0
#define IER  1
#define IIR  2 /* FCR when written */
#define LCR  3
#define MCR  4
#define LSR  5
#define MSR  6
#define SCR  7

#define IER_RECEIVE  1
#define IER_TRANSMIT 2
#define LCR_DLAB     0x80
#define MCR_OUT2     8 /* gates the interrupt in a PC */
#define MCR_LOOP     0x10
#define LSR_READY    1
#define LSR_EMPTY    0x60

static uint8_t ier, lcr, mcr, scratch, fcr, divisor[2];
static bool transmit_pending; /* "transmitter empty" has not been seen yet */
static char in[64], out[128];
static size_t in_next, in_len, out_len;

static void flush(void)
{
	if (out_len)
		hv_console_write(out, out_len);
	out_len = 0;
}

static uint8_t cause(void)
{
	if ((ier & IER_RECEIVE) && in_next < in_len)
		return 4;
	if ((ier & IER_TRANSMIT) && transmit_pending)
		return 2;
	return 1;
}

static void update(void)
{
	if (cause() != 1 && (mcr & MCR_OUT2))
		pic_raise(IRQ_UART);
	else
		pic_lower(IRQ_UART);
}

static void send(uint8_t value)
{
	if (mcr & MCR_LOOP)
		return;
	out[out_len++] = (char)value;
	if (value == '\n' || out_len == sizeof(out))
		flush();
	transmit_pending = true;
}

void uart_out(uint16_t port, uint8_t value)
{
	switch (port - BASE) {
	case DATA:
		if (lcr & LCR_DLAB)
			divisor[0] = value;
		else
			send(value);
		break;
	case IER:
		if (lcr & LCR_DLAB) {
			divisor[1] = value;
			break;
		}
		if (value & ~ier & IER_TRANSMIT)
			transmit_pending = true;
		ier = value & 15;
		break;
	case IIR:
		fcr = value;
		break;
	case LCR:
		lcr = value;
		break;
	case MCR:
		mcr = value & 0x1f;
		break;
	case SCR:
		scratch = value;
		break;
	default:
		break;
	}
	update();
}

static uint8_t receive(void)
{
	uint8_t value = in_next < in_len ? (uint8_t)in[in_next++] : 0;

	if (in_next == in_len) {
		in_next = 0;
		in_len = hv_console_read(in, sizeof(in));
	}
	return value;
}

uint8_t uart_in(uint16_t port)
{
	uint8_t value = 0;

	switch (port - BASE) {
	case DATA:
		value = lcr & LCR_DLAB ? divisor[0] : receive();
		break;
	case IER:
		value = lcr & LCR_DLAB ? divisor[1] : ier;
		break;
	case IIR:
		value = cause();
		if (value == 2)
			transmit_pending = false;
		value |= fcr & 1 ? 0xc0 : 0;
		break;
	case LCR:
		value = lcr;
		break;
	case MCR:
		value = mcr;
		break;
	case LSR:
		value = (uint8_t)(LSR_EMPTY | (in_next < in_len ? LSR_READY : 0));
		break;
	case MSR:
		/* CTS, DSR, DCD; in loop-back the outputs (RTS DTR OUT1 OUT2). */
		value = mcr & MCR_LOOP
				? (uint8_t)((mcr & 2) << 3 | (mcr & 1) << 5 | (mcr & 12) << 4)
				: 0xb0;
		break;
	case SCR:
		value = scratch;
		break;
	}
	update();
	return value;
}

void uart_input(void)
{
	if (in_next == in_len) {
		in_next = 0;
		in_len = hv_console_read(in, sizeof(in));
	}
	update();
}

void uart_flush(void)
{
	flush();
}

void wedge_console_input(void)
{
	uart_input();
}
