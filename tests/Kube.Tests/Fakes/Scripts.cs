namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>Programs for one test.</summary>
internal static class Scripts
{
    /// <param name="text">With its first line, which names the shell.</param>
    internal static void Write(string file, string text)
    {
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
