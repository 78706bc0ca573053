# SPDX-License-Identifier: GPL-2.0-or-later
##@ Host
deps: ## install the missing packages of packages.txt, or name the command
	$(Q)scripts/deps packages.txt

.PHONY: deps
