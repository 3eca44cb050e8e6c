package cli

import "matchstream/internal/lab"

// httpRecord is the raw record of a load; nil-safe stub replaced when the record room is there.
type httpRecord struct{}

func (c *labHTTPCommand) record(*world, lab.Load, []lab.Expected) (*httpRecord, error) {
	return nil, nil
}
func (*httpRecord) second(*lab.Answers)  {}
func (*httpRecord) end(httpResult) error { return nil }
