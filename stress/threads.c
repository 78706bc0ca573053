/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.c - threads of one address space: a baton that goes round (condition
 * variables, so futexes), memory that each maps, fills, hands to the next one to check,
 * and unmaps, while others fault in the same tables.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sched.h>
#include "stress.h"

#define THREADS 12
#define ROUNDS	8
#define PAGES	16

struct thread {
	pthread_t id;
	unsigned int number;
	uint64_t seed, sum;
};
static struct thread threads[THREADS];
static pthread_mutex_t lock;
static pthread_cond_t turn[THREADS];
static unsigned int holder;
static char *parcel; /* what the holder hands on */
static uint64_t parcel_seed;

static void *run_thread(void *arg)
{
	struct thread *t = arg;
	char own[2 * PAGE]; /* of its stack */

	page_fill(own, t->seed);
	for (unsigned int r = 0; r < ROUNDS; r++) {
		char *pages = pages_map(PAGES, PROT_READ | PROT_WRITE);
		uint64_t seed = t->seed + r;

		for (unsigned int p = 0; p < PAGES; p++) {
			page_fill(pages + (size_t)p * PAGE, seed + p);
			if (p % 4 == 0)
				sched_yield();
		}
		pthread_mutex_lock(&lock);
		while (holder != t->number)
			pthread_cond_wait(&turn[t->number], &lock);
		if (parcel) {
			for (unsigned int p = 0; p < PAGES; p++)
				page_check(parcel + (size_t)p * PAGE, parcel_seed + p, "threads");
			if (munmap(parcel, (size_t)PAGES * PAGE))
				fail_errno("munmap");
			t->sum = t->sum * 31 + parcel_seed;
		}
		parcel = pages;
		parcel_seed = seed;
		holder = (holder + 1) % THREADS;
		pthread_cond_signal(&turn[holder]);
		pthread_mutex_unlock(&lock);
	}
	page_check(own, t->seed, "a thread's stack");
	return NULL;
}

static void work(struct run *run, uint64_t ops)
{
	for (uint64_t i = 0; i < ops; i++) {
		holder = 0;
		parcel = NULL;
		pthread_mutex_init(&lock, NULL);
		for (unsigned int t = 0; t < THREADS; t++)
			pthread_cond_init(&turn[t], NULL);
		for (unsigned int t = 0; t < THREADS; t++) {
			threads[t] = (struct thread){.number = t, .seed = (i * THREADS + t) << 20};
			if (pthread_create(&threads[t].id, NULL, run_thread, &threads[t]))
				fail("threads: no thread %u", t);
		}
		for (unsigned int t = 0; t < THREADS; t++) {
			if (pthread_join(threads[t].id, NULL))
				fail("threads: thread %u cannot be joined", t);
			digest_u64(&run->check, threads[t].sum);
		}
		if (munmap(parcel, (size_t)PAGES * PAGE))
			fail_errno("munmap");
	}
}

WORKLOAD = {
	.name = "threads",
	.unit = "team",
	.what = "12 threads that pass mapped memory round and check it",
	.full_ops = 200,
	.quick_ops = 6,
	.initrd = "stress",
	.peer = "none",
	.host = true,
	.work = work,
};
