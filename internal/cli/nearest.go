package cli

// nearest is the known name that most likely was meant; "" if none is near
// (it differs in more than a third of its letters, or in more than two where it
// is short).
func nearest(name string, known []string) string {
	best, least := "", -1
	for _, k := range known {
		d := distance(name, k)
		if d <= max(2, len(k)/3) && d < len(k)-1 && (least < 0 || d < least) {
			best, least = k, d
		}
	}
	return best
}

// distance is Levenshtein's: how many bytes have to be put in, taken out or
// replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
