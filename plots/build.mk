# SPDX-License-Identifier: GPL-2.0-or-later
# Plots and the report, from what is committed in results/ (FROM= names another directory
# of that layout).  A plot is NAME.data and NAME.gp; nothing else lists it.
RESULTS_FROM = $(or $(FROM),results)

##@ Plots and report
plots: ## draw every plot into build/plots, from results/ (FROM=); WORKLOAD= of sites, METRIC= of history
	$(Q)plots/all $(RESULTS_FROM) $(B)/plots

floors: ## the in-place VMM against XenoLinux: how low a better wedge could get
	$(Q)scripts/floors $(RESULTS_FROM)

docs: ## rewrite the figures of README and docs from results/
	$(Q)scripts/figures results README.md docs/*.md

# Every kind of site that is inlined, called or trapped runs in one of these.
SITES_WORKLOADS = fork pipe syscall pagefault mmap signal
SITES_NEEDS = kernel-native kernel-padded xen runner initrd wedge $(B)/emulator/count.so $(B)/emulator/sitecost.so \
	$(B)/afterburn/afterburn-audit $(B)/profiles/profile
sites: $(SITES_NEEDS) ## what the sites of workloads cost, by strategy: build/sites; WORKLOAD="names"
	$(Q)plots/all-sites $(B) $(firstword $(KERNEL_VERSIONS)) "$(or $(WORKLOAD),$(SITES_WORKLOADS))" $(B)/sites

.PHONY: plots floors docs sites

# Tests.
CHECKS += tests/system/plots
