namespace Tapedeck.Wasi.Tests;

/// <summary>A folder that goes with the test. What is to stay out of reach stands beside <see cref="Root"/>.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal TemporaryFolder()
    {
        Outside = Directory.CreateTempSubdirectory("wasi-").FullName;
        Root = Directory.CreateDirectory(Path.Combine(Outside, "root")).FullName;
        File.WriteAllText(Path.Combine(Outside, "secret"), "secret");
    }

    /// <summary>The folder that the guest gets.</summary>
    internal string Root { get; }

    /// <summary>The folder that it is in, with a file <c>secret</c>.</summary>
    internal string Outside { get; }

    internal string Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    internal string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public void Dispose() => Directory.Delete(Outside, recursive: true);
}
