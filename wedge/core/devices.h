/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices.h - models of the PC's devices.  Port handlers: 1-byte accesses. */
#ifndef WEDGE_DEVICES_H
#define WEDGE_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#define IRQ_PIT	 0
#define IRQ_UART 4

/* 8259 pair.  An edge on a line; its level for lines that are level-triggered. */
void pic_raise(unsigned int irq);
void pic_lower(unsigned int irq);
/* Vector of the interrupt to deliver now, acknowledged; -1: none. */
int pic_accept(void);
bool pic_pending(void);
uint8_t pic_in(uint16_t port);
void pic_out(uint16_t port, uint8_t value);

/* 8254, and the gate and output of channel 2 at port 61. */
void pit_start(void);
void pit_tick(void); /* the timer has expired */
uint8_t pit_in(uint16_t port);
void pit_out(uint16_t port, uint8_t value);

/* 8250 on the hypervisor's console. */
uint8_t uart_in(uint16_t port);
void uart_out(uint16_t port, uint8_t value);
void uart_input(void);
void uart_flush(void); /* pass an unfinished line on */

/* Reset by ports 64 and cf9; a report is printed first if wanted. */
void reset_report(bool wanted);
_Noreturn void reset_machine(void);
uint8_t reset_in(uint16_t port);
void reset_out(uint16_t port, uint8_t value);

#endif
