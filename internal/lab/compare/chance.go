package compare

import "math"

const (
	leastShare = 0.05 // of users: shares that differ less are no matter
	leastApart = 0.1  // of users: how many of the one are on the other side of some value
)

// wilsonWidth is about half of the interval of a share in the middle, of n users.
func wilsonWidth(n int) float64 {
	low, high := wilson(n/2, n)
	return (high - low) / 2
}

// wilson is the interval that holds a share with 99% when k of n were seen.
func wilson(k, n int) (low, high float64) {
	const z = 2.576
	if n == 0 {
		return 0, 1
	}
	p, m := float64(k)/float64(n), float64(n)
	middle := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(middle-half, 0), min(middle+half, 1)
}

// sharesDiffer by more than chance, and by so much that it matters.
func sharesDiffer(a, b Measure) bool {
	alow, ahigh := wilson(a.Count, a.Of)
	blow, bhigh := wilson(b.Count, b.Of)
	return (ahigh < blow || bhigh < alow) && math.Abs(a.Share()-b.Share()) >= leastShare
}

// apart is how far the distributions of two sorted samples are from each other, 0 to 1
// (Kolmogorov and Smirnov's D), and whether that is more than chance.
func apart(a, b []float64) (d float64, differ bool) {
	if len(a) == 0 || len(b) == 0 {
		return 0, false
	}
	n, m := float64(len(a)), float64(len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		v := min(a[i], b[j])
		for i < len(a) && a[i] == v {
			i++
		}
		for j < len(b) && b[j] == v {
			j++
		}
		d = max(d, math.Abs(float64(i)/n-float64(j)/m))
	}
	const oneInAThousand = 1.95
	return d, d >= leastApart && d > oneInAThousand*math.Sqrt((n+m)/(n*m))
}
