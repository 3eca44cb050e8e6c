package audience

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/axiomhq/hyperloglog"
)

// sealed offers a value as it is, and as a body with a right checksum: else
// nothing but checksums would be tested.
func sealed(b []byte) [][]byte {
	return [][]byte{b, seal(append(begin(), b...))}
}

func readable(t *testing.T, err error) bool {
	if err != nil && !errors.Is(err, errDamaged) && !errors.Is(err, errNewer) {
		t.Fatalf("an error of neither kind: %v", err)
	}
	return err == nil
}

// body of a value, without version and checksum.
func body(value []byte) []byte { return value[1 : len(value)-4] }

func FuzzAudience(f *testing.F) {
	for _, users := range []int{0, 1, 20, 2 * crowded} {
		c := counted{connects: 1 << 40, peak: 300}
		for i := range users {
			c.users.add(mix(uint64(i)))
		}
		f.Add(body(c.encode()))
	}
	library := hyperloglog.New14() // its own sparse form, which we never write
	library.Insert([]byte("ann"))
	registers, _ := library.MarshalBinary()
	f.Add(append([]byte{1, 1, dense}, registers...))
	f.Add([]byte{1, 1, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, value := range sealed(data) {
			c, err := parseCounted(value)
			if !readable(t, err) {
				continue
			}
			again, err := parseCounted(c.encode())
			if err != nil || again.connects != c.connects || again.peak != c.peak || c.peak < 0 || !bytes.Equal(again.encode(), c.encode()) {
				t.Fatalf("%+v is read back as %+v, %v", c, again, err)
			}
			var all sketch
			all.merge(&c.users)
			if all.estimate() != c.users.estimate() {
				t.Fatalf("%d users, merged %d", c.users.estimate(), all.estimate())
			}
		}
	})
}

func FuzzShard(f *testing.F) {
	const number, key = 7, 0xabcdef
	f.Add(body(encodeShard(key, nil)))
	f.Add(body(encodeShard(key, []present{{visitor{7, 1, 3}, 0}, {visitor{0x1007, 1 << 31, 3_000_000}, 1}, {visitor{1<<64 - 249, 9, 0}, 1}})))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, value := range sealed(data) {
			all, err := parseShard(number, key, value)
			if !readable(t, err) {
				continue
			}
			var here []present
			for i, u := range all {
				if byte(u.hash) != number || u.count == 0 || i > 0 && u.hash <= all[i-1].hash {
					t.Fatalf("user %d is %+v", i, u)
				}
				here = append(here, present{u, 0})
			}
			again, err := parseShard(number, key, encodeShard(key, here))
			if err != nil || len(again) != len(all) {
				t.Fatalf("%d users are read back as %d, %v", len(all), len(again), err)
			}
			for i := range all {
				if all[i] != again[i] {
					t.Fatalf("%+v is read back as %+v", all[i], again[i])
				}
			}
		}
	})
}

func FuzzKey(f *testing.F) {
	s := newSecret()
	f.Add(body(encodeKey(s)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, value := range sealed(data) {
			key, err := parseKey(value)
			if key == (secret{}) && !bytes.Contains(value, make([]byte, len(key))) {
				t.Fatal("a key of zeros")
			}
			if readable(t, err) && !bytes.Equal(encodeKey(key), value) {
				t.Fatalf("%x is written as %x", value, encodeKey(key))
			}
		}
	})
}

// Every flipped bit of a value is seen.
func TestFlippedBits(t *testing.T) {
	c := counted{connects: 3, peak: 2}
	c.users.add(mix(1))
	s := newSecret()
	for name, v := range map[string]struct {
		value []byte
		parse func([]byte) error
	}{
		"audience": {c.encode(), func(b []byte) error { _, err := parseCounted(b); return err }},
		"shard":    {encodeShard(9, []present{{visitor{1 << 20, 1, 3}, 0}}), func(b []byte) error { _, err := parseShard(0, 9, b); return err }},
		"key":      {encodeKey(s), func(b []byte) error { _, err := parseKey(b); return err }},
	} {
		if err := v.parse(v.value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for bit := range 8 * len(v.value) {
			b := bytes.Clone(v.value)
			b[bit/8] ^= 1 << (bit % 8)
			if err := v.parse(b); !errors.Is(err, errDamaged) {
				t.Errorf("%s, bit %d: %v", name, bit, err)
			}
		}
		if err := v.parse(newer(v.value)); !errors.Is(err, errNewer) {
			t.Errorf("%s, newer: %v", name, err)
		}
	}
}

func FuzzNews(f *testing.F) {
	var users sketch
	for i := range 20 {
		users.add(mix(uint64(i)))
	}
	n := news{key: final, said: said{now: 3, held: 2, peak: 4, connects: connects{5, 6, 7}}, users: users.encode(nil)}
	message := append(sender{"0123456789abcdef", 7}.begin(), n.encode()...)
	f.Add(message[1:])
	f.Add(append(message, n.encode()...)[1:])
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, message := range sealed(data) {
			by, all, err := parseNews(message)
			if !readable(t, err) {
				continue
			}
			again := by.begin()
			for _, n := range all {
				again = append(again, n.encode()...)
			}
			by2, all2, err := parseNews(seal(again))
			if err != nil || by != by2 || !reflect.DeepEqual(all, all2) {
				t.Fatalf("%v %v is read back as %v %v, %v", by, all, by2, all2, err)
			}
		}
	})
}
