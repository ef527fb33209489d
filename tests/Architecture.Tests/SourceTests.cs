using System.Text.RegularExpressions;
using Xunit;

namespace Tapedeck.Architecture.Tests;

public sealed partial class SourceTests
{
    private const int MostLines = 600;

    /// <summary>Files that may be longer, each with its reason. An entry goes when its file is short enough.</summary>
    private static readonly Dictionary<string, string> MayBeLong = [];

    /// <summary>
    /// Where pointers are at home: the code that compiled code calls, the compiler that hands out its addresses, and the types of the face that
    /// own a block of native memory.
    /// </summary>
    private static readonly string[] MayBeUnsafe =
    [
        "runtime/Wasm/Execution/",
        "runtime/Wasm/Compilation/",
        "runtime/Wasm/Func.cs",
        "runtime/Wasm/Global.cs",
        "runtime/Wasm/HostFunction.cs",
        "runtime/Wasm/Instance.cs",
        "runtime/Wasm/Memory.cs",
        "runtime/Wasm/Store.cs",
        "runtime/Wasm/Table.cs",
        "tests/",
    ];

    /// <summary>The projects that have no door to the outside (BannedSymbols.NoOutside.txt).</summary>
    private static readonly string[] NoOutside = ["runtime/Wasm", "runtime/Components", "runtime/Policy", "runtime/Manifest"];

    [Fact]
    public void No_file_is_too_long()
    {
        var tooLong = Repository.Sources.Where(file => Repository.Read(file).AsSpan().Count('\n') > MostLines).ToArray();
        Assert.Empty(tooLong.Except(MayBeLong.Keys));
        Assert.Empty(MayBeLong.Keys.Except(tooLong));
    }

    [Fact]
    public void No_regions() => Assert.Empty(Repository.Sources.Where(file => Region().IsMatch(Repository.Read(file))));

    [Fact]
    public void A_type_is_partial_for_a_generator_only() =>
        Assert.Empty(Repository.Sources.Where(file => Code(file) is var code && Partial().IsMatch(code) && !Generator().IsMatch(code)));

    [Fact]
    public void Unsafe_code_stays_where_it_is_at_home() =>
        Assert.Empty(Repository.Sources
            .Where(file => !MayBeUnsafe.Any(place => file.StartsWith(place, StringComparison.Ordinal)))
            .Where(file => Unsafe().IsMatch(Code(file))));

    [Fact]
    public void No_project_without_a_door_opens_one_by_a_suppression() =>
        Assert.Empty(Repository.Files
            .Where(file => NoOutside.Any(folder => Repository.IsBelow(file, folder)))
            .Where(file => Repository.Read(file).Contains("RS0030", StringComparison.Ordinal)));

    /// <summary>A file without its comments. Text inside strings is kept, which is good enough for words that are rare there.</summary>
    private static string Code(string file) => Comment().Replace(Repository.Read(file), "");

    [GeneratedRegex(@"^\s*#\s*region\b", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\bpartial\s+(class|struct|record|interface)\b")]
    private static partial Regex Partial();

    [GeneratedRegex(@"\[(LoggerMessage|LibraryImport|GeneratedRegex|JsonSerializable)\b")]
    private static partial Regex Generator();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
