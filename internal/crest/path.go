package crest

// What a crest is drawn of, in a box of 64 by 72: paths as SVG writes them, of
// the commands M, L, H, V, C, Q and Z in both cases.

// Outline of a shield.
func (f Form) Outline() string {
	switch f {
	case French:
		return "M5 5h54v46q0 9-9 9H40q-6 0-8 8-2-8-8-8H14q-9 0-9-9Z"
	case Round:
		return "M32 5c17.1 0 31 13.9 31 31 0 17.1-13.9 31-31 31-17.1 0-31-13.9-31-31C1 18.9 14.9 5 32 5Z"
	case Tall:
		return "M32 3q13 8 27 5c3 9 2 15 0 22-2 6-2 9-1 14 1 11-13 19-26 25C19 63 5 55 6 44c1-5 1-8-1-14-2-7-3-13 0-22q14 3 27-5Z"
	}
	return "M4 5h56v28c0 18-11 29-28 36C15 62 4 51 4 33Z"
}

// Field is where the second colour lies; "" of Plain, where it is a rim.
func (d Division) Field() string {
	switch d {
	case Stripes:
		return "M13 0h9v72h-9zM28 0h9v72h-9zM43 0h9v72h-9z"
	case Halves:
		return "M32 0h32v72H32z"
	case Quarters:
		return "M32 0h32v36H32zM0 36h32v36H0z"
	case Sash:
		return "M0 0h14l50 58v14H50L0 14z"
	case Hoops:
		return "M0 14h64v9H0zM0 32h64v9H0zM0 50h64v9H0z"
	case Chief:
		return "M0 0h64v21H0z"
	case Chevron:
		return "M32 22l32 30v16L32 38 0 68V52z"
	}
	return ""
}

// Forms are all there are.
func Forms() []Form { return forms[:] }

// Divisions are all there are.
func Divisions() []Division { return divisions[:] }
