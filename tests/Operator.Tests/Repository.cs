namespace Tapedeck.Operator.Tests;

/// <summary>The files of the repository.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    internal static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Operator.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return folder;
    }
}
