using Tapedeck.Kube.Tests.Cluster;
using Xunit;

namespace Tapedeck.Operator.Tests;

/// <summary>Programs of others that read what is ours: on the PATH, or where tests/Cluster/program.sh keeps them.</summary>
internal static class DebianProgram
{
    internal static string? Find(string name) => Kept.Program(name, Path.Combine(Kept.Folder("PROGRAMS_HOME", "programs"), name));
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
