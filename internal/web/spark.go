package web

import (
	"math"
	"strconv"
)

// spark is a line without axes, as the d of two SVG paths: the line, and the
// area below it. spark.js draws the same.
type spark struct{ Line, Area string }

// The picture is sparkWidth wide, a point for each unit, the newest at the
// right; as high as the largest value.
const (
	sparkWidth  = pointsKept
	sparkHeight = 32
)

func draw(points []point) (s spark) {
	top := 0.0
	for _, p := range points {
		if v := float64(p); v > top { // NaN is not
			top = v
		}
	}
	var line, area []byte
	left := sparkWidth - len(points)
	height := func(i int) float64 {
		if top == 0 {
			return sparkHeight - 1
		}
		return math.Round((sparkHeight-1-float64(points[i])/top*(sparkHeight-3))*10) / 10
	}
	is := func(i int) bool { return i >= 0 && i < len(points) && !math.IsNaN(float64(points[i])) }
	begun := 0
	for i := range points {
		if !is(i) {
			continue
		}
		y := height(i)
		switch {
		case !is(i - 1):
			begun = i
			line = move(line, 'M', left+i, y)
			area = move(move(area, 'M', left+i, sparkHeight), 'L', left+i, y)
			if !is(i + 1) { // a point by itself is a dot
				line = append(line, "h0"...)
			}
		case is(i+1) && height(i-1) == y && height(i+1) == y: // nothing to say
			continue
		default:
			line, area = move(line, 'L', left+i, y), move(area, 'L', left+i, y)
		}
		if !is(i+1) && i > begun {
			area = append(move(area, 'L', left+i, sparkHeight), 'Z')
		}
	}
	return spark{string(line), string(area)}
}

func move(b []byte, how byte, x int, y float64) []byte {
	b = strconv.AppendInt(append(b, how), int64(x), 10)
	return strconv.AppendFloat(append(b, ' '), y, 'f', -1, 64)
}
