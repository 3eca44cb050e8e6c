package replay

import (
	"fmt"

	"matchstream/internal/match"
)

// Score of a match as a server tells it.
type Score struct {
	Home, Visit                   int
	HomePenalties, VisitPenalties int // goals in the shoot-out
	Period                        match.Period
}

// String is "3–3 (4–2 pens)", or "1–3" where there was no shoot-out.
func (s Score) String() string {
	text := fmt.Sprintf("%d–%d", s.Home, s.Visit)
	if s.HomePenalties+s.VisitPenalties > 0 {
		text += fmt.Sprintf(" (%d–%d pens)", s.HomePenalties, s.VisitPenalties)
	}
	return text
}

// RecordText is the record in the form of Score.String; "–" for none.
func RecordText(r *match.Result) string {
	if r == nil {
		return "–"
	}
	return ofRecord(*r).String()
}

func ofRecord(r match.Result) Score {
	return Score{Home: r.Score[match.Home], Visit: r.Score[match.Visit],
		HomePenalties: r.Penalties[match.Home], VisitPenalties: r.Penalties[match.Visit], Period: match.Ended}
}

// differs compares the score with the record; none is no error.
func (s Score) differs(r *match.Result) error {
	switch {
	case r == nil:
		return nil
	case s.Period != match.Ended:
		return fmt.Errorf("%w: the match has not ended (%s, %v), the record says %v", ErrDiffers, s.Period, s, ofRecord(*r))
	case s != ofRecord(*r):
		return fmt.Errorf("%w: it is %v, the record says %v", ErrDiffers, s, ofRecord(*r))
	}
	return nil
}
