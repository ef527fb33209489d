using System.Collections.Immutable;
using Tapedeck.Manifest;

namespace Tapedeck.Server.Serving;

/// <summary>The files and folders that <c>serve -f</c> names: WasmTools and policies in YAML or JSON.</summary>
internal sealed class ManifestFolder(IReadOnlyList<string> paths)
{
    private const int MostFiles = 1_000;
    private const int MostCharacters = 1 << 20;

    private static readonly string[] Endings = [".yaml", ".yml"];

    private string _read = "";

    /// <summary>What the files say, or null where they say what they did the last time.</summary>
    internal Desired? ReadIfChanged()
    {
        var texts = new List<(string File, string? Text, string Problem)>();
        var missing = new List<string>();
        foreach (var path in paths)
        {
            texts.AddRange(FilesOf(path, missing).Take(MostFiles).Select(Read));
        }
        var all = string.Join('\0', texts.Select(one => $"{one.File}\0{one.Text}\0{one.Problem}").Concat(missing));
        if (all == _read)
        {
            return null;
        }
        _read = all;
        return Parse(texts, missing);
    }

    private static Desired Parse(List<(string File, string? Text, string Problem)> texts, List<string> missing)
    {
        var unread = texts.Where(one => one.Text is null).Select(one => one.Problem).Concat(missing).ToArray();
        var files = texts.Where(one => one.Text is not null).Select(one => (one.File, Manifest: ManifestFile.Read(one.File, one.Text!))).ToArray();
        var problems = unread.Concat(files.SelectMany(file => file.Manifest.Problems.Select(problem => problem.ToString()))).ToList();
        // A file that cannot be read may hold a policy that denies.
        var book = new PolicyBook([.. files.Select(file => file.Manifest.Policies)], unread.Length == 0 ? null : string.Join("; ", unread));
        var tools = new Dictionary<string, DesiredTool>(StringComparer.Ordinal);
        foreach (var (file, manifest) in files)
        {
            foreach (var tool in manifest.Tools)
            {
                if (!tools.TryAdd(tool.QualifiedName, new DesiredTool(tool, Path.GetDirectoryName(Path.GetFullPath(file))!, (generation, signers) => book.For(tool, generation, signers))))
                {
                    problems.Add($"{file}: {tool.QualifiedName} is there twice; the first one counts");
                }
            }
        }
        return new Desired([.. tools.Values], [.. problems]) { Book = book };
    }

    private static IEnumerable<string> FilesOf(string path, List<string> missing)
    {
        if (Directory.Exists(path))
        {
            return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal);
        }
        if (!File.Exists(path))
        {
            missing.Add($"{path}: there is no such file or folder");
            return [];
        }
        return [path];
    }

    private static (string File, string? Text, string Problem) Read(string file)
    {
        try
        {
            return new FileInfo(file).Length > MostCharacters ? (file, null, $"{file}: is larger than {MostCharacters} bytes") : (file, File.ReadAllText(file), "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (file, null, $"{file}: cannot be read: {exception.Message}");
        }
    }
}

/// <summary>What is to be served.</summary>
/// <param name="Problems">What is wrong with the files.</param>
internal sealed record Desired(ImmutableArray<DesiredTool> Tools, ImmutableArray<string> Problems)
{
    /// <summary>The policies of the files.</summary>
    internal PolicyBook Book { get; init; } = new([], null);
}
