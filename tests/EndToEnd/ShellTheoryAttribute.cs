using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>A theory that needs a shell, or another program, of Debian's.</summary>
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell) => Skip = File.Exists(PathOf(shell)) ? null : $"THERE IS NO {PathOf(shell)}: what needs it is not tested; apt-get install {shell}";

    internal static string PathOf(string shell) => $"/usr/bin/{shell}";
}
