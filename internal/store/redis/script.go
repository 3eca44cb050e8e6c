package redis

import (
	"embed"
	"strings"

	"github.com/redis/rueidis"
)

//go:embed scripts/*.lua
var scripts embed.FS

// script is a Lua script. Its flags make the server look at memory, disk and role
// before it begins, so that it is refused whole or runs whole.
type script struct {
	*rueidis.Lua
	writes bool
}

// reading never changes anything, and runs while memory is short.
func reading(name string) script {
	return script{rueidis.NewLuaScriptReadOnly(text("no-writes", name)), false}
}

func writing(name string) script { return script{rueidis.NewLuaScript(text("", name)), true} }

// freeing may write though memory is short.
func freeing(name string) script { return script{rueidis.NewLuaScript(text("allow-oom", name)), true} }

func text(flags, name string) string {
	var b strings.Builder
	b.WriteString("#!lua")
	if flags != "" {
		b.WriteString(" flags=" + flags)
	}
	b.WriteByte('\n')
	for _, file := range []string{"look", name} {
		part, err := scripts.ReadFile("scripts/" + file + ".lua")
		if err != nil {
			panic(err) // the files are in the program
		}
		b.Write(part)
	}
	return b.String()
}

var (
	openScript     = writing("open")
	endScript      = reading("end")
	appendScript   = writing("append")
	lastScript     = freeing("append") // under store.Freeing
	readScript     = reading("read")
	fetchScript    = reading("fetch")
	journalsScript = reading("journals")
	lengthsScript  = reading("lengths")
	purgeScript    = freeing("purge")
	putScript      = writing("set")
	lastPutScript  = freeing("set") // under store.Freeing
	deleteScript   = freeing("set")
	getScript      = reading("get")
	listScript     = reading("list")
	changedScript  = reading("changed")
)
