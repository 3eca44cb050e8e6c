package web

// panel is a group of series.
type panel struct {
	Name string
	Rows []panelRow
}

type panelRow struct {
	Name  string
	At    int // its place in nodeNow's lists
	Value figure
	Spark spark
}

// panels in the order in which their first series were added.
func (s *nodeSite) panels(now nodeNow) (all []panel) {
	at := map[string]int{}
	place := 0
	for _, series := range s.Chart.Series() {
		if series.Panel == "" {
			continue
		}
		i, known := at[series.Panel]
		if !known {
			i = len(all)
			at[series.Panel] = i
			all = append(all, panel{Name: series.Panel})
		}
		row := panelRow{Name: series.Name, At: place, Value: figure{Now: none}}
		if now.Rows != nil {
			row.Value, row.Spark = now.Rows[place], draw(now.Points[place])
		}
		all[i].Rows = append(all[i].Rows, row)
		place++
	}
	return all
}
