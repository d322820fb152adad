package upload_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/upload"
)

func anything(string) bool { return true }

func clean(t *testing.T, name string, file []byte) upload.File {
	t.Helper()
	f, err := upload.Clean(t.Context(), name, file, anything)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func size(t *testing.T, file []byte) image.Point {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return img.Bounds().Size()
}

// corners is a picture with a red top left, a green top right, a blue bottom
// left and a white bottom right.
func corners(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [2][2]color.RGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 255, 255}}}
			img.SetRGBA(x, y, c[y*2/h][x*2/w])
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const place = "52 deg 31 N, 13 deg 24 E, on 2026-05-04" // stands for GPS data

// exif is Exif data with an orientation and a place.
func exif(turn uint16) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00\x02\x00")
	b = append(b, 0x12, 0x01, 3, 0, 1, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(turn))
	b = append(b, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0) // GPSInfo
	return append(append(b, 0, 0, 0, 0), place...)
}

// withExif is a JPEG as phones write it.
func withExif(t testing.TB, turn uint16, img image.Image) []byte {
	b := jpegOf(t, img)
	body := append([]byte("Exif\x00\x00"), exif(turn)...)
	head := append([]byte{0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...)
	return slices.Concat(b[:2], head, body, b[2:], []byte("MotionPhoto "+place))
}

func TestAPhotoLosesEverythingButItsPicture(t *testing.T) {
	in := withExif(t, 1, corners(400, 300))
	if !bytes.Contains(in, []byte(place)) {
		t.Fatal("the test's photo says no place")
	}
	out := clean(t, "IMG_1.JPG", in)
	if bytes.Contains(out.Bytes, []byte(place)) || bytes.Contains(out.Bytes, []byte("Exif")) {
		t.Error("the place is still in the photo")
	}
	if out.Type != upload.JPEG || out.Name != "IMG_1.jpg" || size(t, out.Bytes) != image.Pt(400, 300) {
		t.Errorf("%s, %s, %v", out.Type, out.Name, size(t, out.Bytes))
	}
}

// The red corner of a photo taken in each of the eight ways.
func TestPhotosStandUpright(t *testing.T) {
	for turn, corner := range map[uint16]image.Point{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}} {
		img, err := jpeg.Decode(bytes.NewReader(clean(t, "a.jpg", withExif(t, turn, corners(80, 40))).Bytes))
		if err != nil {
			t.Fatal(err)
		}
		want := image.Pt(80, 40)
		if turn >= 5 {
			want = image.Pt(40, 80)
		}
		if img.Bounds().Size() != want {
			t.Errorf("orientation %d: %v", turn, img.Bounds())
			continue
		}
		r, g, b, _ := img.At(corner.X*(want.X-1), corner.Y*(want.Y-1)).RGBA()
		if r < 0xC000 || g > 0x4000 || b > 0x4000 {
			t.Errorf("orientation %d: the corner %v is not red", turn, corner)
		}
	}
}

func TestLargePhotosAreMadeSmaller(t *testing.T) {
	out := clean(t, "a.jpg", jpegOf(t, corners(3001, 1499)))
	if got := size(t, out.Bytes); got != image.Pt(2000, 999) {
		t.Errorf("size is %v", got)
	}
	img, _ := jpeg.Decode(bytes.NewReader(out.Bytes))
	for _, c := range []struct {
		at   image.Point
		want color.RGBA
	}{{image.Pt(10, 10), color.RGBA{255, 0, 0, 255}}, {image.Pt(1990, 10), color.RGBA{0, 255, 0, 255}}, {image.Pt(1990, 990), color.RGBA{255, 255, 255, 255}}} {
		r, g, b, _ := img.At(c.at.X, c.at.Y).RGBA()
		if far(r>>8, c.want.R) || far(g>>8, c.want.G) || far(b>>8, c.want.B) {
			t.Errorf("at %v: %d %d %d", c.at, r>>8, g>>8, b>>8)
		}
	}
}

func far(a uint32, b uint8) bool { return max(a, uint32(b))-min(a, uint32(b)) > 12 }

// What is see-through becomes white, not black.
func TestPNG(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 50, 20))
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	body := exif(6)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, "eXIf"...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	out := clean(t, "scan.png", slices.Concat(b.Bytes()[:33], chunk, b.Bytes()[33:]))
	got, err := jpeg.Decode(bytes.NewReader(out.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := got.At(5, 5).RGBA(); r < 0xF000 || got.Bounds().Size() != image.Pt(20, 50) || out.Name != "scan.jpg" {
		t.Errorf("%s: %v, red %x", out.Name, got.Bounds(), r)
	}
}

func module(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestWebPAndHEIC(t *testing.T) {
	for _, path := range []string{
		filepath.Join(module(t, "golang.org/x/image"), "testdata/blue-purple-pink.lossy.webp"),
		filepath.Join(module(t, "github.com/gen2brain/heic"), "testdata/test8.heic"),
	} {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out := clean(t, path, file); out.Type != upload.JPEG || !strings.HasSuffix(out.Name, ".jpg") || size(t, out.Bytes).X < 100 {
			t.Errorf("%s became %s %s", path, out.Name, out.Type)
		}
	}
}

const smallPDF = "%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"

func TestAPDFStaysAsItIs(t *testing.T) {
	out := clean(t, `C:\scans\Referral "May".PDF`, []byte(smallPDF))
	if string(out.Bytes) != smallPDF || out.Type != upload.PDF || out.Name != "Referral May.pdf" {
		t.Errorf("%s %s %q", out.Name, out.Type, out.Bytes)
	}
}

func TestNamesAreSafeToShow(t *testing.T) {
	for name, want := range map[string]string{
		"": "file.pdf", "../../etc/passwd": "passwd.pdf", "..": "file.pdf", "a\u202egpj.exe": "agpj.pdf", "\x00\x1b[2J\xff": "[2J.pdf",
		"Überweisung März.pdf": "Überweisung März.pdf", strings.Repeat("ü", 300) + ".pdf": strings.Repeat("ü", 76) + ".pdf",
	} {
		if got := clean(t, name, []byte(smallPDF)).Name; got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

// bomb is a PNG of a few hundred bytes that claims w by h pixels.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	head = append(binary.BigEndian.AppendUint32(head, h), 8, 6, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

// claiming is a JPEG whose head says another kind of scan and size.
func claiming(file []byte, scan byte, side uint16) []byte {
	b := bytes.Clone(file)
	at := bytes.Index(b, []byte{0xFF, 0xC0})
	b[at+1] = scan
	binary.BigEndian.PutUint16(b[at+5:], side)
	binary.BigEndian.PutUint16(b[at+7:], side)
	return b
}

func TestRefusals(t *testing.T) {
	whole := jpegOf(t, corners(300, 300))
	for what, c := range map[string]struct {
		file []byte
		kind error
		says string
	}{
		"program":           {[]byte("MZ\x90\x00\x03" + strings.Repeat("x", 400)), fault.Unsupported, "Choose a photo"},
		"web page":          {[]byte("<html><script>"), fault.Unsupported, "Choose a photo"},
		"drawing":           {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), fault.Unsupported, "Choose a photo"},
		"nothing":           {nil, fault.Unsupported, "Choose a photo"},
		"half a photo":      {whole[:len(whole)/2], fault.Invalid, "damaged"},
		"head of a photo":   {whole[:4], fault.Invalid, "damaged"},
		"half a PDF":        {[]byte(smallPDF[:20]), fault.Invalid, "damaged"},
		"locked PDF":        {[]byte(strings.Replace(smallPDF, "<<>>", "<</Encrypt 2 0 R>>", 1)), fault.Invalid, "password"},
		"PNG bomb":          {bomb(60000, 60000), fault.TooLarge, "pixels"},
		"long PNG bomb":     {bomb(1<<31-1, 1<<31-1), fault.Invalid, "damaged"},
		"JPEG bomb":         {claiming(whole, 0xC0, 60000), fault.TooLarge, "pixels"},
		"progressive bomb":  {claiming(whole, 0xC2, 5000), fault.TooLarge, "pixels"},
		"almost HEIC":       {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), fault.Invalid, "damaged"},
		"almost WebP":       {[]byte("RIFF\x04\x00\x00\x00WEBPVP8 "), fault.Invalid, "damaged"},
		"PNG with no pixel": {bomb(0, 0), fault.Invalid, "damaged"},
	} {
		_, err := upload.Clean(t.Context(), "holiday.jpg", c.file, anything)
		if !errors.Is(err, c.kind) || !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v (%s)", what, err, fault.Sentence(err))
		}
	}
}

func TestOnlyWhatIsAsked(t *testing.T) {
	photo := jpegOf(t, corners(30, 30))
	pdfs := func(kind string) bool { return kind == upload.PDF }
	if _, err := upload.Clean(t.Context(), "a.pdf", photo, pdfs); fault.Sentence(err) != "That kind of file cannot be used here. Choose a PDF." {
		t.Errorf("a photo for a PDF: %v", err)
	}
	photos := func(kind string) bool { return kind != upload.PDF }
	if _, err := upload.Clean(t.Context(), "a.jpg", []byte(smallPDF), photos); !strings.HasSuffix(fault.Sentence(err), "Choose a photo (JPEG, PNG or WebP).") {
		t.Errorf("a PDF for a photo: %v", err)
	}
}

// Bytes of a photo changed anywhere give a photo or a refusal, never a panic.
func TestDamagedPhotos(t *testing.T) {
	whole := withExif(t, 6, corners(64, 48))
	for i := range whole {
		b := bytes.Clone(whole)
		b[i] ^= 0x5A
		if out, err := upload.Clean(t.Context(), "a.jpg", b, anything); err == nil && upload.TypeOf(out.Bytes) != upload.JPEG {
			t.Fatalf("byte %d: %s", i, out.Type)
		}
	}
}

func BenchmarkPhoto(b *testing.B) {
	photo := jpegOf(b, corners(4000, 3000))
	b.Run("decode alone", func(b *testing.B) {
		for b.Loop() {
			if _, err := jpeg.Decode(bytes.NewReader(photo)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("12 megapixels", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := upload.Clean(b.Context(), "a.jpg", photo, anything); err != nil {
				b.Fatal(err)
			}
		}
	})
}
