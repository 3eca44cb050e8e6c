package doctor

func lookAtThreads(p *patient) []Finding {
	text, err := p.text(p.own("limits"))
	if err != nil {
		return cannotTell(err)
	}
	_, most, err := parseLimit(text, "Max processes")
	if err != nil {
		return cannotTell(&unreadable{p.own("limits"), err.Error(), err})
	}
	wins, how, flag := "the user's limit (RLIMIT_NPROC)", "LimitNPROC=infinity", "--ulimit nproc=-1"
	g, ok, err := p.group("pids")
	if err != nil {
		return cannotTell(err)
	}
	if ok {
		n, _, err := p.least(g, "pids.max")
		if err != nil {
			return cannotTell(err)
		}
		if n < most {
			most, wins, how, flag = n, "the control group (pids.max)", "TasksMax=4096", "--pids-limit 4096"
		}
	}
	measured, needed := count(most)+"; "+wins+" wins", count(threads+p.loops())+" at most"
	if most >= threads+p.loops() {
		return fine(measured, needed)
	}
	return one(p.inUnit(Finding{Severity: Warning, Measured: measured, Needed: needed}, how, flag))
}
