/* SPDX-License-Identifier: GPL-2.0-or-later */
/* late.h - sites of code that comes after the start, such as loadable modules. */
#ifndef WEDGE_LATE_H
#define WEDGE_LATE_H

#include <stdbool.h>
#include <stdint.h>

void late_start(void);

/* There are executable pages whose sites have not been looked for. */
extern bool late_pending;

/* What a leaf table of the kernel's half may hold for @value until then. */
uint64_t late_withhold(uint64_t value);
/* Look for the sites of all such pages, patch them, and let the pages be executed. */
void late_admit(void);
void late_report(void);

#endif
