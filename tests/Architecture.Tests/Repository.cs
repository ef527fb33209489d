namespace Tapedeck.Architecture.Tests;

/// <summary>The files of the repository, found without git, by paths relative to its root with forward slashes.</summary>
internal static class Repository
{
    /// <summary>What .gitignore names, and git's own folder.</summary>
    private static readonly string[] NotOurs = [".git", ".vs", "TestResults", "artifacts", "node_modules"];

    private static readonly string Root = FindRoot();

    internal static readonly string[] Files = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    internal static IEnumerable<string> Sources => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    internal static bool Has(string file) => Files.Contains(file);

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    internal static bool IsBelow(string file, string folder) => file.StartsWith(folder + '/', StringComparison.Ordinal);

    /// <summary>True where a file holds text: git's own rule, no zero byte near its start.</summary>
    internal static bool IsText(string file)
    {
        using var stream = File.OpenRead(Path.Combine(Root, file));
        Span<byte> start = stackalloc byte[8000];
        return !start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].Contains((byte)0);
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != ".git").Concat(
            Directory.EnumerateDirectories(folder).Where(child => !NotOurs.Contains(Path.GetFileName(child))).SelectMany(Walk));

    private static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("Operator.sln is in no folder above the tests");
    }
}
