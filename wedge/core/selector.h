/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selector.h - segment selectors of user mode and the guest's descriptors. */
#ifndef WEDGE_SELECTOR_H
#define WEDGE_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>

/* The descriptor in the guest's GDT; false: a null selector, an LDT's, or none there. */
bool selector_descriptor(uint16_t selector, uint64_t *d);
/* Can a data segment register really be loaded with it?  The machine's entry is up to date then. */
bool selector_loadable(uint16_t selector, uint64_t *d);
/* User mode has missed a descriptor: true if the machine's is now another, so that it may try
 * again. */
bool selector_missed(uint16_t selector);
/* Bring the machine's table up to date: all of it, or what plain stores may have changed. */
void selectors_mirror(void);
/* ... true: before the next entry of user mode again. */
bool selectors_refresh(void);
/* Would IRET to user mode refuse these?  The fault it raises is put in *@vector, *@error. */
bool selectors_bad(uint16_t cs, uint16_t ss, unsigned int *vector, uint64_t *error);

#endif
