using Xunit;

namespace Tapedeck.Operator.Tests;

/// <summary>Programs of others that read what is ours: on the PATH, or where tests/Cluster/program.sh keeps them.</summary>
internal static class DebianProgram
{
    internal static string? Find(string name)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var ours = Path.Combine(Environment.GetEnvironmentVariable("PROGRAMS_HOME") ?? Path.Combine(cache, "tapedeck", "programs"), "bin", name);
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).Append(ours).FirstOrDefault(File.Exists);
    }
}

/// <summary>A test that runs such a program, and says so where there is none.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string package, string program)
    {
        if (DebianProgram.Find(program) is null)
        {
            Skip = $"{program.ToUpperInvariant()} IS MISSING: run tests/Cluster/program.sh {package} {program} once, or have it on the PATH.";
        }
    }
}
