using System.Collections.Immutable;
using System.IO.Enumeration;
using Tapedeck.Manifest;

namespace Tapedeck.Server.Serving;

/// <summary>The files and folders that <c>serve -f</c> names: WasmTools and policies in YAML or JSON.</summary>
internal sealed class ManifestFolder(IReadOnlyList<string> paths)
{
    private const int MostFiles = 1_000;
    private const int MostCharacters = 1 << 20;

    private const string OwnGroup = "tapedeck.dev/";

    private static readonly string[] Endings = [".yaml", ".yml"];

    private readonly Dictionary<string, ImmutableArray<WasmTool>> _good = new(StringComparer.Ordinal);
    private string? _read;

    /// <summary>What the files say, or null where they say what they did the last time.</summary>
    internal Desired? ReadIfChanged()
    {
        var texts = new List<(string File, string? Text, string Problem)>();
        var missing = new List<string>();
        foreach (var path in paths)
        {
            texts.AddRange(FilesOf(path, missing).Select(Read));
        }
        var all = string.Join('\0', texts.Select(one => $"{one.File}\0{one.Text}\0{one.Problem}").Concat(missing));
        if (all == _read)
        {
            return null;
        }
        _read = all;
        return Parse(texts, missing);
    }

    private Desired Parse(List<(string File, string? Text, string Problem)> texts, List<string> missing)
    {
        var unread = texts.Where(one => one.Text is null).Select(one => one.Problem).Concat(missing).ToArray();
        var files = texts.Where(one => one.Text is not null).Select(one => (one.File, Text: one.Text!, Manifest: ManifestFile.Read(one.File, one.Text!))).ToArray();
        var problems = unread.Concat(files.SelectMany(file => file.Manifest.Problems.Select(problem => problem.ToString()))).ToList();
        // A file that cannot be read may hold a policy that denies, and so may the rest of one behind a mistake of YAML, and a document of a misspelt kind.
        var lost = unread
            .Concat(files.Where(file => file.Manifest.Problems.Any(problem => problem.Field.Length == 0)).Select(file => $"{file.File} cannot be read to its end"))
            .Concat(files.Where(file => file.Manifest.Problems.Any(problem => problem.Field == "kind") && file.Text.Contains(OwnGroup, StringComparison.Ordinal)).Select(file => $"{file.File} has a document of an unknown kind"))
            .ToArray();
        var book = new PolicyBook([.. files.Select(file => file.Manifest.Policies)], lost.Length == 0 ? null : string.Join("; ", lost));
        var tools = new Dictionary<string, DesiredTool>(StringComparer.Ordinal);
        foreach (var (file, found) in ToolsOf(files.Select(file => (file.File, file.Manifest)), texts.Where(one => one.Text is null).Select(one => one.File)))
        {
            foreach (var tool in found)
            {
                if (!tools.TryAdd(tool.QualifiedName, new DesiredTool(tool, Path.GetDirectoryName(Path.GetFullPath(file))!, (generation, signers) => book.For(tool, generation, signers))))
                {
                    problems.Add($"{file}: {tool.QualifiedName} is there twice; the first one counts");
                }
            }
        }
        return new Desired([.. tools.Values], [.. problems]) { Book = book };
    }

    /// <summary>The tools of each file. Where something in a file is wrong, those that it had and that cannot be found in it are still desired as they were.</summary>
    private List<(string File, ImmutableArray<WasmTool> Tools)> ToolsOf(IEnumerable<(string File, ManifestFile Manifest)> files, IEnumerable<string> unread)
    {
        var all = new List<(string File, ImmutableArray<WasmTool> Tools)>();
        foreach (var (file, manifest) in files)
        {
            var before = manifest.Problems.IsEmpty ? [] : _good.GetValueOrDefault(file, []);
            all.Add((file, [.. manifest.Tools, .. before.Where(tool => manifest.Tools.All(other => other.QualifiedName != tool.QualifiedName))]));
        }
        all.AddRange(unread.Select(file => (file, _good.GetValueOrDefault(file, []))));
        _good.Clear();
        foreach (var (file, tools) in all)
        {
            _good[file] = tools;
        }
        return all;
    }

    private static IEnumerable<string> FilesOf(string path, List<string> missing)
    {
        if (Directory.Exists(path))
        {
            try
            {
                var files = FilesBelow(path).Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToArray();
                if (files.Length > MostFiles)
                {
                    missing.Add($"{path}: has {files.Length} files, and only the first {MostFiles} are read");
                }
                return files.Take(MostFiles);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                missing.Add($"{path}: cannot be read: {exception.Message}");
                return [];
            }
        }
        if (!File.Exists(path))
        {
            missing.Add($"{path}: there is no such file or folder");
            return [];
        }
        return [path];
    }

    /// <summary>Without what is hidden, and what npm installed: a folder of settings of other programs holds no tools, and the volume of a ConfigMap holds each of its files
    /// once more in a hidden one.</summary>
    private static FileSystemEnumerable<string> FilesBelow(string folder) =>
        new(folder, static (ref entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden })
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref entry) => !entry.FileName.SequenceEqual("node_modules"),
        };

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
