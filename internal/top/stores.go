package top

// stores are what each node keeps its matches in, and what waits to be written.
func (s *State) stores() *table {
	t := &table{columns: s.named(column{title: "STORE", left: true, keep: 9}, column{title: "IN FLIGHT", keep: 8}, column{title: "QUEUE", keep: 8},
		column{title: "APPENDS/S", keep: 7}, column{title: "TOOK", keep: 6}, column{title: "LAST", keep: 5}, column{title: "STALE", keep: 9},
		column{title: "SIZE", keep: 3}, column{title: "FREE", keep: 4}, column{title: "CONFLICTS", keep: 1}, column{title: "AUDIENCE", keep: 2}, column{title: "LATE", keep: 2})}
	for _, n := range s.chosen() {
		st, a := n.Now.Store, n.Now.Audience
		appends, known := n.per(func(p *Snapshot) float64 { return float64(p.Store.Appends) })
		took, bytes, free := "-", "-", "-"
		if st.Append != nil {
			took = span(*st.Append)
		}
		if st.Bytes != nil && st.Free != nil {
			bytes, free = size(*st.Bytes), size(*st.Free)
		}
		kind := plain(st.Kind)
		if st.Writable != nil && !*st.Writable {
			kind += " (cannot be written)"
		}
		stale := "-"
		if st.Stale > 0 {
			stale = span(st.Stale)
		}
		t.rows = append(t.rows, row{key: n.Address, node: n, alarm: st.Stale > 0 || st.Writable != nil && !*st.Writable,
			sort: [2]float64{map[Sort]float64{ByRate: appends, ByLag: st.Stale, ByMemory: float64(st.InFlight + st.Queue)}[s.Sort], float64(st.InFlight + st.Queue)},
			cells: s.cells(n, kind, count(st.InFlight), s.mark(n, "store", count(st.Queue)), rate(appends, known), took, age(st.Last, n.Now.At), stale,
				bytes, free, count(st.Conflicts), s.mark(n, "audience", count(a.Matches+a.Users+a.News)), span(a.Late))})
	}
	return t
}
