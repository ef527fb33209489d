namespace Tapedeck.Fuzz;

/// <summary>The folder of this project's sources, where the oracle is installed and findings are written.</summary>
internal static class SourceFolder
{
    internal static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, "tests", "Fuzz");
            if (File.Exists(System.IO.Path.Combine(path, "Fuzz.csproj")))
            {
                return path;
            }
        }
        throw new DirectoryNotFoundException("the fuzzer runs inside its repository");
    }
}
