using Tapedeck.Kube.Config;
using Xunit;

namespace Tapedeck.Kube.Tests.Config;

public sealed class ProgramPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-path").FullName;

    [Fact]
    public void The_first_folder_that_has_the_program_counts_and_only_absolute_ones_are_looked_at()
    {
        var (first, second) = (Program("first", isExecutable: true), Program("second", isExecutable: true));
        var text = Program("text", isExecutable: false);
        Assert.Equal(first, Find($"{_folder}/none", $"{_folder}/text", $"{_folder}/first", $"{_folder}/second"));
        Assert.Equal(second, Find($"{_folder}/second", $"{_folder}/first"));
        Assert.Null(Find(Path.GetDirectoryName(text)!));
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), $"{_folder}/first");
        Assert.True(File.Exists(Path.Combine(relative, "kubectl")));
        Assert.Null(Find(relative, "", "."));
        Assert.Null(ProgramPath.Find("kubectl", null));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string? Find(params string[] folders) => ProgramPath.Find("kubectl", string.Join(Path.PathSeparator, folders));

    private string Program(string folder, bool isExecutable)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName, "kubectl");
        File.WriteAllText(file, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | (isExecutable ? UnixFileMode.UserExecute : 0));
        }
        return file;
    }
}
