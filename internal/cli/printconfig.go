package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"matchstream/internal/node"
)

// printConfig writes every setting in force as a file for --config, with where
// it comes from as a comment behind it. Secrets are masked.
func printConfig(to io.Writer, parsed *kong.Context, from *sources, operatorToken bool) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, f := range settings(parsed.Selected()) {
		shown := fmt.Sprint(f.Target.Interface())
		if f.Name == "store" {
			shown = node.MaskStore(shown)
		}
		value, err := yaml.Marshal(shown)
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(value))
		// Numbers and times need no quotes to be read back.
		if _, isText := f.Target.Interface().(string); !isText {
			text = fmt.Sprint(f.Target.Interface())
		}
		where := from.where(parsed, f.Name)
		switch {
		case where == environmentName(f.Name):
			where = "environment " + where
		case where == "flag":
			where = "flag --" + f.Name
		}
		// A setting without a value cannot stand in a file.
		if text == `""` {
			fmt.Fprintf(w, "# %s:\tnot set\t# %s\n", f.Name, where)
			continue
		}
		fmt.Fprintf(w, "%s:\t%s\t# %s\n", f.Name, text, where)
	}
	if operatorToken {
		fmt.Fprintf(w, "# operator token:\t********\t# environment %s\n", operatorTokenVariable)
	}
	return w.Flush()
}
