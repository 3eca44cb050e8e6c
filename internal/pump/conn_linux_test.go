package pump

import (
	"reflect"
	"testing"
	"unsafe"
)

// A million watchers are a million of these: none may grow unnoticed, and none
// may hold a pointer, or the garbage collector looks at all of them.
func TestConnIsSmallAndHasNoPointer(t *testing.T) {
	if size := unsafe.Sizeof(conn{}); size > 64 {
		t.Errorf("a conn takes %d bytes", size)
	}
	for _, of := range []reflect.Type{reflect.TypeFor[conn](), reflect.TypeFor[place]()} {
		walkType(t, of, of.Name())
	}
}

func walkType(t *testing.T, of reflect.Type, name string) {
	switch of.Kind() {
	case reflect.Struct:
		for i := range of.NumField() {
			walkType(t, of.Field(i).Type, name+"."+of.Field(i).Name)
		}
	case reflect.Array:
		walkType(t, of.Elem(), name+"[]")
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint,
		reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
	default:
		t.Errorf("%s is a %v, which holds a pointer", name, of)
	}
}
