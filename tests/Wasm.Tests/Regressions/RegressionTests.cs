using Tapedeck.Fuzz.Playing;
using Xunit;

namespace Tapedeck.Wasm.Tests.Regressions;

/// <summary>
/// Replays what fuzzing found once, in every configuration. A case is a module, <c>name.wasm</c>, and in <c>name.json</c> what the host gives, the calls, and what V8 made of them;
/// <c>dotnet run --project tests/Fuzz -- --export</c> writes one.
/// </summary>
public sealed class RegressionTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Regressions");

    // A split threshold of 1 makes every function many pieces.
    private static readonly Configuration[] Configurations = Configuration.All(1);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var file in Directory.EnumerateFiles(Folder, "*.wasm").Order(StringComparer.Ordinal))
            {
                foreach (var configuration in Configurations)
                {
                    cases.Add(Path.GetFileNameWithoutExtension(file), configuration.Name);
                }
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Agrees_with_V8(string name, string configuration)
    {
        var (scenario, expected) = ScenarioFile.Read(Path.Combine(Folder, name));
        var (_, options, isDirect) = Configurations.Single(candidate => candidate.Name == configuration);
        using var engine = new Engine(options);
        Assert.Null(Comparison.FirstDifference(scenario, expected!, EngineRun.Play(engine, scenario, isDirect)));
    }
}
