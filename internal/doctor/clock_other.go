//go:build !linux

package doctor

import "errors"

func synchronized() (bool, error) { return false, errors.ErrUnsupported }
