using Tapedeck.Bench;
using Tapedeck.Bench.Report;
using Tapedeck.Bench.Workers;

if (args is [Worker.Command, ..])
{
    Worker.Run(args.AsSpan(1));
    return 0;
}

(string Name, Action<Child, BenchOptions> Run)[] sections =
[
    ("kernels", KernelBench.Run),
    ("instances", InstanceBench.Run),
    ("calls", CallBench.Run),
    ("components", ComponentBench.Run),
    ("host", HostBench.Run),
    ("javascript", JavaScriptBench.Run),
    ("translation", TranslationBench.Run),
    ("http", ServingBench.Calls),
    ("starts", ServingBench.Starts),
    ("memory", ServingBench.Memory),
    ("endurance", ServingBench.Endurance),
];

var asked = args is [var first, ..] && !first.StartsWith('-') ? first : "all";
var chosen = sections.Where(s => asked == "all" || asked == s.Name).ToArray();
if (chosen.Length == 0)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

var options = BenchOptions.Parse(args);
var child = new Child(options.Node);
Console.WriteLine(Machine.Describe(child.NodeVersion()));
foreach (var (_, run) in chosen)
{
    run(child, options);
}
return child.Failed ? 1 : 0;
