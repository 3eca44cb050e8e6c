package words

import (
	"strconv"
	"strings"
	"time"
)

// dates is how a day is written: Long has {weekday}, {day}, {month} and {year}.
type dates struct {
	Long     string
	Weekdays []string // from Sunday on
	Months   []string
}

// Day is YYYY-MM-DD as people write it; what is no date stays as it is.
func (l *Language) Day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	d := l.texts.Date
	return strings.NewReplacer("{weekday}", d.Weekdays[t.Weekday()], "{day}", strconv.Itoa(t.Day()),
		"{month}", d.Months[t.Month()-1], "{year}", strconv.Itoa(t.Year())).Replace(d.Long)
}
