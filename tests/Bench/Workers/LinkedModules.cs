using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>The core modules of a component's <see cref="Components.LinkPlan"/>, prepared once, linked anew in each store.</summary>
internal sealed class LinkedModules
{
    private readonly List<(Module Module, Template Template)> _modules = [];
    private readonly List<string[]> _steps = [];

    internal LinkedModules(Engine engine, string folder)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, Components.LinkPlan.FileName)))
        {
            var fields = line.Split('\t');
            if (fields[0] == "module")
            {
                var module = engine.Compile(File.ReadAllBytes(Path.Combine(folder, fields[1])));
                _modules.Add((module, module.Prepare()));
            }
            else
            {
                _steps.Add(fields);
            }
        }
    }

    /// <summary>Makes all core instances in <paramref name="store"/> and returns the function whose lift ends in <paramref name="lift"/>.</summary>
    internal LiftedFunction Link(Store store, string lift)
    {
        var instances = new List<Func<string, Extern>>();
        LiftedFunction? found = null;
        foreach (var step in _steps)
        {
            switch (step[0])
            {
                case "instantiate":
                    var instance = Instantiate(store, step, instances);
                    instances.Add(export => instance[export]);
                    break;
                case "exports":
                    // Stubs are typed by their importer, so an export that is one stays null here.
                    var exports = step[1..].Chunk(3).ToDictionary(e => e[0], e => Find(instances, e[1], e[2]));
                    instances.Add(export => exports[export]!);
                    break;
                case "lift" when step[1].EndsWith(lift, StringComparison.Ordinal):
                    found = new LiftedFunction(
                        Function(instances, step, 2), (Memory)Find(instances, step[4], step[5])!, Function(instances, step, 6), Function(instances, step, 8));
                    break;
            }
        }
        return found ?? throw new ArgumentException($"no lift of {lift}");
    }

    private Instance Instantiate(Store store, string[] step, List<Func<string, Extern>> instances)
    {
        var (module, template) = _modules[int.Parse(step[1])];
        var arguments = step[2..].Chunk(2).ToDictionary(a => a[0], a => int.Parse(a[1]));
        return template.New(store, [.. module.Imports.Select(i => instances[arguments[i.Module]](i.Name) ?? Stubs.Of(store, i.Type.Func!))]);
    }

    private static Func Function(List<Func<string, Extern>> instances, string[] step, int at) => (Func)Find(instances, step[at], step[at + 1])!;

    private static Extern? Find(List<Func<string, Extern>> instances, string instance, string export) =>
        instance == "-" ? null : instances[int.Parse(instance)](export);
}
