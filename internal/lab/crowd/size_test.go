package crowd

import (
	"reflect"
	"testing"
	"unsafe"
)

// A watcher stays small, and nothing that the garbage collector would have to look at.
func TestWatcherIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(watcher{}); size > 96 {
		t.Errorf("%d bytes", size)
	}
	of := reflect.TypeFor[watcher]()
	for i := range of.NumField() {
		switch f := of.Field(i); f.Type.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.String, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			t.Errorf("%s has a pointer", f.Name)
		}
	}
}
