# SPDX-License-Identifier: GPL-2.0-or-later
# Plots, report and what is committed in results/ (FROM= names another directory of that
# layout).  A plot is NAME.data and NAME.gp; nothing else lists it.
RESULTS_FROM = $(or $(FROM),results)

##@ Plots and report
plots: ## draw every plot into build/plots, from results/ (FROM=); WORKLOAD= of sites, METRIC= of history
	$(Q)SITES=$(B)/sites plots/all $(RESULTS_FROM) $(B)/plots

report: ## everything as one HTML page, build/report.html, from results/ (FROM=)
	$(Q)SITES=$(B)/sites plots/all $(RESULTS_FROM) $(B)/plots
	$(Q)scripts/report $(RESULTS_FROM) $(B)/plots $(B)/report.html
	$(Q)echo "# $(B)/report.html"

floors: ## the in-place VMM against XenoLinux: how low a better wedge could get
	$(Q)scripts/floors $(RESULTS_FROM)

# Every kind of site that is inlined, called or trapped runs in one of these.
SITES_WORKLOADS = fork pipe syscall pagefault mmap signal
SITES_NEEDS = kernel-native kernel-padded xen runner initrd wedge $(B)/emulator/count.so $(B)/emulator/sitecost.so \
	$(B)/afterburn/afterburn-audit $(B)/profiles/profile
sites: $(SITES_NEEDS) ## what the sites of workloads cost, by strategy: build/sites; WORKLOAD="names"
	$(Q)plots/all-sites $(B) $(firstword $(KERNEL_VERSIONS)) "$(or $(WORKLOAD),$(SITES_WORKLOADS))" $(B)/sites

##@ Results that are committed
results: ## measure all but the gate, and rewrite results/ and the figures of README and docs; REUSE=1
	+$(Q)for part in kernels table strategies audit ports sites prices host tune tuned stress; do $(MAKE) --no-print-directory results-$$part || exit; done

# One part of it each.  The table is the whole matrix in full size, nothing less.  What is stored of
# the same inputs is exact, but it is taken only with REUSE=1, as by make bench.
ifneq ($(filter results results-%,$(MAKECMDGOALS)),)
RESULTS_LESS := $(strip $(if $(BENCH_QUICK),QUICK=) $(foreach s,SYSTEMS WORKLOADS WORKLOAD BOOTS PADS TEXT_BUDGET NATIVE_BUDGET,$(if $($(s)),$(s)=)))
$(if $(RESULTS_LESS),$(error make results rewrites what is committed: leave out $(RESULTS_LESS)))
endif
# The table just printed, by another name.
keep_table = $(Q)for f in txt json; do cp $(B)/results/table.$$f $(B)/results/$(1).$$f || exit; done
results-table: $(BENCH_NEEDS) ## measure all systems anew, as make bench; REUSE=1 keeps stored runs of the same inputs
	$(Q)$(BENCH) suite --clean --detail $(BENCH_OPTIONS)
	$(Q)scripts/results $(B) table
# What moves with the layout of memory, and how far: one boot says little of these.
SPREAD := hackbench,timer
results-kernels: ## all generations of Linux in one table, as make bench KERNEL=all QUICK=1; REUSE=1
	+$(Q)$(MAKE) --no-print-directory KERNEL=all results-all-kernels
results-all-kernels: $(BENCH_NEEDS)
	$(Q)$(BENCH) suite --clean --size quick $(BENCH_OPTIONS)
	$(call keep_table,kernels)
	$(Q)$(BENCH) suite --clean --reuse --detail --size quick $(BENCH_OPTIONS) --workloads $(SPREAD) --boots 4
	$(call keep_table,spread)
	$(Q)scripts/results $(B) kernels
results-strategies: $(BENCH_NEEDS) ## everything called against everything trapped, and against XenoLinux; REUSE=1
	$(Q)$(BENCH) suite --clean --size quick $(BENCH_OPTIONS) --kernels $(firstword $(KERNEL_VERSIONS)) \
		--systems xenolinux,wedge-call,wedge-trap --workloads syscall,fork,exec,pipe,netrx
	$(call keep_table,strategies)
	$(Q)scripts/results $(B) strategies
results-sites: sites ## what sites cost by strategy, as make sites
	$(Q)scripts/results $(B) sites
results-prices: microbench-systems ## what user programs pay the kernel for, as make microbench-systems
	$(Q)scripts/results $(B) prices
results-audit: audit audit-stores ## sites by kind and stores seen, as make audit and make audit-stores
	$(Q)scripts/results $(B) audit
results-host: microbench ## prices on this machine, as make microbench
	$(Q)scripts/results $(B) host
results-tune: ## predicted and measured by the tuner, as make tune QUICK=1 and make tune-classes
	+$(Q)$(MAKE) --no-print-directory tune QUICK=1
	$(Q)tuner/classes $(B) $(firstword $(KERNEL_VERSIONS)) "fork pipe pagefault" >$(B)/tuner/classes.new && mv $(B)/tuner/classes.new $(B)/tuner/classes.txt
	$(Q)scripts/results $(B) tune
results-tuned: $(BENCH_NEEDS) ## the kernel and the plan of results-tune on all workloads, as make bench QUICK=1; REUSE=1
	@cmp -s $(B)/tuner/report.txt results/tuner.txt || { echo "results-tuned: $(B)/tuner is not of the plan that results/tuner.txt tells of: make results-tune first" >&2; exit 3; }
	$(Q)tuner/pack $(B) $(firstword $(KERNEL_VERSIONS)) $(B)/tuner/tuned.plan
	$(Q)$(BENCH) suite --clean --size quick $(BENCH_OPTIONS) --kernels $(firstword $(KERNEL_VERSIONS)) \
		--systems native,tuned,xenolinux,wedge,wedge-tuned
	$(call keep_table,tuned)
	$(Q)scripts/results $(B) tuned
results-stress: ## the long stress run, as make stress; REUSE=1
	+$(Q)$(MAKE) --no-print-directory stress
	$(Q)scripts/results $(B) stress
results-plots: ## nothing new: only plots, floors and the figures of README and docs, from results/
	$(Q)scripts/results $(B) plots

docs: ## rewrite the figures of README and docs from results/
	$(Q)scripts/figures results README.md docs/*.md

.PHONY: plots report floors sites docs results results-table results-kernels results-all-kernels results-strategies results-sites results-prices results-tune results-tuned results-plots \
	results-audit results-host results-stress

# Tests.
CHECKS += tests/system/plots tests/system/figures tests/system/results
