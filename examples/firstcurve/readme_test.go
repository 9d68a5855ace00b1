package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// lines returns the lines of a text without the space around them, each between newlines.
func lines(text string) string {
	var b strings.Builder
	b.WriteByte('\n')
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}

// TestReadmeCode checks that every piece of Go in the README is, line for line, part of a
// program or of an example that the tests run. So it compiles, and does what it says.
func TestReadmeCode(t *testing.T) {
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, pattern := range []string{"examples/*/main.go", "*/example_test.go", "*/*/example_test.go"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, lines(string(source)))
		}
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no Go")
	}
	for _, block := range blocks {
		found := false
		for _, source := range sources {
			found = found || strings.Contains(source, lines(block[1]))
		}
		if !found {
			t.Errorf("in no program and no example:\n%s", block[1])
		}
	}
}

// TestReadmeNames checks that every name of a package that the README uses is one that the
// package exports.
func TestReadmeNames(t *testing.T) {
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	exported := map[string]map[string]bool{}
	for _, folder := range []string{"noise", "spectra", "signsgd", "signsgd/schedule", "signsgd/ensemble", "signsgd/data", "homogenized", "odes", "odes/frontier"} {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		names := map[string]bool{}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range parsed.Decls {
				switch d := declaration.(type) {
				case *ast.FuncDecl:
					if d.Recv == nil {
						names[d.Name.Name] = true
					}
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						if s, ok := spec.(*ast.TypeSpec); ok {
							names[s.Name.Name] = true
						}
					}
				}
			}
		}
		exported[filepath.Base(folder)] = names
	}
	uses := regexp.MustCompile(`\b([a-z]+)\.([A-Z]\w*)`).FindAllStringSubmatch(string(readme), -1)
	checked := 0
	for _, use := range uses {
		if names := exported[use[1]]; names != nil {
			checked++
			if !names[use[2]] {
				t.Errorf("package %s has no %s", use[1], use[2])
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d names of the README were found", checked)
	}
}

// TestReadmeLinks checks that what the README links to in the repository is there.
func TestReadmeLinks(t *testing.T) {
	for _, page := range []string{"README.md", ".github/CONTRIBUTING.md", "examples/README.md", "examples/sweep/README.md", "examples/realdata/README.md", "examples/validity/README.md"} {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`).FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(page), link[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, link[1], err)
			}
		}
	}
}
