namespace Tapedeck.Kube.Config;

/// <summary>Where a program is that is known by its name.</summary>
/// <remarks>RATIONALE.md, "Where is a program looked for?"</remarks>
public static class ProgramPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The first program of the name in the folders of PATH; null for none. Folders that are not absolute are passed over.</summary>
    /// <param name="name">Without a folder.</param>
    /// <param name="path">The value of PATH; null for none.</param>
    public static string? Find(string name, string? path)
    {
        var file = OperatingSystem.IsWindows() && !Path.HasExtension(name) ? $"{name}.exe" : name;
        return (path ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, file)).FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string file) => File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Executable) != 0);
}
