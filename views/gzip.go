package views

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// run writes neighbours as one piece if the page is compressed and none of them
// has an answer.
func (s *splice) run(n *node) {
	if !s.gzip || !s.blank(n) {
		s.nodes(n.bodies[0])
		s.nodes(n.bodies[1])
		return
	}
	s.closeStored()
	s.count(n)
	s.dst = append(s.dst, n.deflated...)
	s.openStored()
}

// blank reports whether the node has no answer, no problem and no focus.
func (s *splice) blank(n *node) bool {
	switch n.op {
	case opLiteral:
		return true
	case opValue:
		return s.value(n.path) == ""
	case opFocus:
		return s.state.Focus == ""
	case opRun:
		return s.allBlank(n.bodies[0]) && s.allBlank(n.bodies[1])
	case opChoose:
		return !slices.Contains(n.codes, s.value(n.path)) && s.allBlank(n.bodies[0])
	case opFiles:
		return len(s.state.Inputs.FilesAt(string(s.control(n.path)))) == 0
	case opShown, opHasRoom:
		return s.holds(n) && s.allBlank(n.bodies[0])
	default:
		return !s.holds(n) && s.allBlank(n.bodies[1])
	}
}

func (s *splice) allBlank(nodes []node) bool {
	for i := range nodes {
		if !s.blank(&nodes[i]) {
			return false
		}
	}
	return true
}

func (s *splice) literal(n *node) {
	if !s.gzip || n.deflated == nil {
		s.dst = append(s.dst, n.literal...)
		s.wrote()
		return
	}
	s.closeStored()
	s.count(n)
	s.dst = append(s.dst, n.deflated...)
	s.openStored()
}

// begin writes the head of a gzip file (no name, no time, unknown system) and
// of its first stored block.
func (s *splice) begin() {
	s.check = new(check)
	s.dst = append(s.dst, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	s.dst = append(s.dst, 0)
	s.openStored()
}

// openStored leaves room for a stored block's length. The block's first bits
// are there already: begin wrote them, or the end of a deflated literal did.
func (s *splice) openStored() {
	s.dst = append(s.dst, 0, 0, 0xff, 0xff)
	s.stored = len(s.dst)
}

func (s *splice) closeStored() {
	block := s.dst[s.stored:]
	s.check.add(block)
	binary.LittleEndian.PutUint16(s.dst[s.stored-4:], uint16(len(block)))
	binary.LittleEndian.PutUint16(s.dst[s.stored-2:], ^uint16(len(block)))
}

// wrote follows bytes appended to the open stored block. A stored block holds at most
// 65,535 bytes; what is over goes into blocks of its own.
func (s *splice) wrote() {
	const most = 1<<16 - 1
	if !s.gzip || len(s.dst)-s.stored <= most {
		return
	}
	rest := slices.Clone(s.dst[s.stored+most:])
	s.dst = s.dst[:s.stored+most]
	for {
		s.closeStored()
		s.dst = append(s.dst, 0)
		s.openStored()
		s.dst = append(s.dst, rest[:min(most, len(rest))]...)
		rest = rest[min(most, len(rest)):]
		if len(rest) == 0 {
			return
		}
	}
}

// end closes the last block, writes an empty final one, and what gzip checks.
func (s *splice) end() {
	s.closeStored()
	s.dst = append(s.dst, 1, 0, 0, 0xff, 0xff)
	crc, length := s.check.sum()
	s.dst = binary.LittleEndian.AppendUint32(s.dst, crc)
	s.dst = binary.LittleEndian.AppendUint32(s.dst, length)
}

// count adds what a blank node writes to the checksum and the length. The text
// itself is kept once, in the literals.
func (s *splice) count(n *node) {
	switch n.op {
	case opLiteral:
		s.check.add(n.literal)
	case opRun:
		s.countAll(n.bodies[0])
		s.countAll(n.bodies[1])
	default:
		s.countAll(n.blankBody())
	}
}

func (s *splice) countAll(nodes []node) {
	for i := range nodes {
		s.count(&nodes[i])
	}
}

// A check is what the end of a gzip file says about its text. The checksum is
// many times slower on short pieces than on long ones, so they are gathered.
type check struct {
	crc, length uint32
	pieces      [1 << 10]byte
	used        int
}

func (c *check) add(text []byte) {
	if len(text) > len(c.pieces)-c.used {
		c.flush()
	}
	if len(text) > len(c.pieces)/2 {
		c.flush()
		c.crc = crc32.Update(c.crc, crc32.IEEETable, text)
	} else {
		c.used += copy(c.pieces[c.used:], text)
	}
	c.length += uint32(len(text))
}

func (c *check) flush() {
	c.crc = crc32.Update(c.crc, crc32.IEEETable, c.pieces[:c.used])
	c.used = 0
}

func (c *check) sum() (crc, length uint32) {
	c.flush()
	return c.crc, c.length
}
