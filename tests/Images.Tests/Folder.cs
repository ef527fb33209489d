[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Tapedeck.Images.Tests;

/// <summary>A folder that goes when its test ends.</summary>
internal sealed class Folder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("images").FullName;

    internal Folder Add(string name, string text, bool isExecutable = false)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        if (isExecutable)
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        return this;
    }

    internal Folder Link(string name, string target)
    {
        File.CreateSymbolicLink(System.IO.Path.Combine(Path, name), target);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
