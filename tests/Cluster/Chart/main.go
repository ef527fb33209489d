// Renders a Helm chart as `helm template` does, for machines without helm: Helm's engine is Go's text/template with sprig and the functions below.
// https://helm.sh/docs/chart_template_guide/builtin_objects/ and .../function_list/
//   helm-template template RELEASE CHART [--namespace NAMESPACE] [--values FILE]... [--api-versions GROUP/VERSION[/KIND]]... [--notes]
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

type values = map[string]interface{}

// What a template sees as .Files: everything but templates.
type files map[string]string

func (f files) Get(name string) string { return f[name] }

func (f files) Glob(pattern string) files {
	found := files{}
	for name, content := range f {
		if ok, _ := path.Match(pattern, name); ok {
			found[name] = content
		}
	}
	return found
}

type apiVersions []string

func (a apiVersions) Has(version string) bool {
	for _, one := range a {
		if one == version {
			return true
		}
	}
	return false
}

type chart struct {
	meta      values
	defaults  values
	schema    string
	templates map[string]string
	files     files
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error: "+err.Error())
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 3 || arguments[0] != "template" {
		return errors.New("usage: helm-template template RELEASE CHART [--namespace N] [--values FILE]... [--api-versions V]... [--notes]")
	}
	namespace, notes, given, versions := "default", false, values{}, apiVersions{"v1", "apps/v1", "policy/v1", "rbac.authorization.k8s.io/v1", "networking.k8s.io/v1"}
	for rest := arguments[3:]; len(rest) > 0; rest = rest[1:] {
		if rest[0] == "--notes" {
			notes = true
			continue
		}
		if len(rest) < 2 {
			return fmt.Errorf("%s wants a value", rest[0])
		}
		switch rest[0] {
		case "--namespace":
			namespace = rest[1]
		case "--api-versions":
			versions = append(versions, rest[1])
		case "--values":
			text, err := os.ReadFile(rest[1])
			if err != nil {
				return err
			}
			more := values{}
			if err := yaml.Unmarshal(text, &more); err != nil {
				return fmt.Errorf("%s: %w", rest[1], err)
			}
			given = merge(given, more)
		default:
			return fmt.Errorf("unknown option %s", rest[0])
		}
		rest = rest[1:]
	}
	c, err := load(arguments[2])
	if err != nil {
		return err
	}
	return render(c, arguments[1], namespace, merge(c.defaults, given), versions, notes)
}

// A null takes a default away; a map is merged with a map; all else replaces.
func merge(below, above values) values {
	result := values{}
	for name, value := range below {
		result[name] = value
	}
	for name, value := range above {
		inner, isMap := value.(values)
		old, wasMap := result[name].(values)
		switch {
		case value == nil:
			delete(result, name)
		case isMap && wasMap:
			result[name] = merge(old, inner)
		default:
			result[name] = value
		}
	}
	return result
}

func load(root string) (*chart, error) {
	c := &chart{meta: values{}, defaults: values{}, templates: map[string]string{}, files: files{}}
	err := walk(root, "", func(name string, content []byte) error {
		switch {
		case name == "Chart.yaml":
			return yaml.Unmarshal(content, &c.meta)
		case name == "values.yaml":
			return yaml.Unmarshal(content, &c.defaults)
		case name == "values.schema.json":
			c.schema = string(content)
		case strings.HasPrefix(name, "templates/"):
			c.templates[name] = string(content)
		default:
			c.files[name] = string(content)
		}
		return nil
	})
	if err == nil && c.meta["name"] == nil {
		err = fmt.Errorf("%s is no chart", root)
	}
	return c, err
}

// Follows symbolic links, as helm does.
func walk(root, below string, visit func(string, []byte) error) error {
	entries, err := os.ReadDir(filepath.Join(root, below))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := path.Join(below, entry.Name())
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			return err
		}
		if info.IsDir() {
			err = walk(root, name, visit)
		} else if info.Mode()&fs.ModeType == 0 {
			var content []byte
			if content, err = os.ReadFile(filepath.Join(root, name)); err == nil {
				err = visit(name, content)
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func validate(schema string, all values) error {
	if schema == "" {
		return nil
	}
	document, err := json.Marshal(all)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewStringLoader(schema), gojsonschema.NewBytesLoader(document))
	if err != nil || result.Valid() {
		return err
	}
	var said []string
	for _, one := range result.Errors() {
		said = append(said, "- "+one.String())
	}
	sort.Strings(said)
	return errors.New("values don't meet the specifications of the schema(s) in the following chart(s):\n" + strings.Join(said, "\n"))
}

func render(c *chart, release, namespace string, all values, versions apiVersions, notes bool) error {
	if err := validate(c.schema, all); err != nil {
		return err
	}
	upper := values{}
	for name, value := range c.meta {
		upper[strings.ToUpper(name[:1])+name[1:]] = value
	}
	top := values{
		"Values":       all,
		"Chart":        upper,
		"Files":        c.files,
		"Release":      values{"Name": release, "Namespace": namespace, "IsInstall": true, "IsUpgrade": false, "Revision": 1, "Service": "Helm"},
		"Capabilities": values{"APIVersions": versions, "KubeVersion": values{"Version": "v1.34.0", "Major": "1", "Minor": "34"}},
	}
	t := template.New("chart").Option("missingkey=zero")
	t.Funcs(functions(t))
	var names []string
	for name, text := range c.templates {
		names = append(names, name)
		if _, err := t.New(name).Parse(text); err != nil {
			return err
		}
	}
	sort.Strings(names)
	for _, name := range names {
		isNotes := path.Base(name) == "NOTES.txt"
		if strings.HasPrefix(path.Base(name), "_") || isNotes != notes {
			continue
		}
		top["Template"] = values{"Name": c.meta["name"].(string) + "/" + name, "BasePath": c.meta["name"].(string) + "/templates"}
		var out bytes.Buffer
		if err := t.ExecuteTemplate(&out, name, top); err != nil {
			return err
		}
		text := strings.TrimSpace(strings.ReplaceAll(out.String(), "<no value>", ""))
		if text != "" && notes {
			fmt.Println(text)
		} else if text != "" {
			fmt.Printf("---\n# Source: %s/%s\n%s\n", c.meta["name"], name, strings.TrimPrefix(text, "---\n"))
		}
	}
	return nil
}

// What Helm adds to sprig, and takes from it.
func functions(t *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	include := func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := t.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	added := template.FuncMap{
		"include": include,
		"tpl": func(text string, data interface{}) (string, error) {
			clone, err := t.Clone()
			if err != nil {
				return "", err
			}
			inner, err := clone.New("tpl").Parse(text)
			if err != nil {
				return "", err
			}
			var out bytes.Buffer
			err = inner.Execute(&out, data)
			return out.String(), err
		},
		"required": func(message string, value interface{}) (interface{}, error) {
			if value == nil || value == "" {
				return nil, errors.New(message)
			}
			return value, nil
		},
		"lookup": func(string, string, string, string) values { return values{} },
		"toYaml": func(value interface{}) string {
			text, err := yaml.Marshal(value)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(text), "\n")
		},
		"fromYaml": func(text string) values {
			result := values{}
			if err := yaml.Unmarshal([]byte(text), &result); err != nil {
				result["Error"] = err.Error()
			}
			return result
		},
	}
	for name, function := range added {
		all[name] = function
	}
	return all
}
