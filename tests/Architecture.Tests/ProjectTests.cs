using Xunit;

namespace Tapedeck.Architecture.Tests;

public sealed class ProjectTests
{
    public static TheoryData<string> Existing => [.. Picture.Existing.Select(project => project.Path)];

    [Fact]
    public void Every_project_is_in_the_picture() =>
        Assert.Empty(ProjectFiles.Except(Picture.Projects.Select(project => project.File)));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Operator.sln").Replace('\\', '/');
        Assert.Empty(ProjectFiles.Where(file => !solution.Contains($"\"{file}\"", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Existing))]
    public void References_only_what_the_picture_allows(string path)
    {
        var project = Picture.Projects.Single(project => project.Path == path);
        var allowed = Picture.Projects.Where(other => project.References.Contains(other.Name)).Select(other => other.File);
        Assert.Empty(ProjectFile.Load(project.File).References.Except(allowed));
    }

    [Theory, MemberData(nameof(Existing))]
    public void Uses_only_the_packages_that_the_picture_allows(string path)
    {
        var project = Picture.Projects.Single(project => project.Path == path);
        Assert.Empty(ProjectFile.Load(project.File).Packages.Except(project.Packages));
    }

    [Theory, MemberData(nameof(Existing))]
    public void Is_restored_from_a_lock_file(string path) => Assert.True(Repository.Has($"{path}/packages.lock.json"));

    [Fact]
    public void Nothing_under_runtime_references_the_operator() =>
        Assert.Empty(ProjectFiles
            .Where(file => Repository.IsBelow(file, "runtime"))
            .Where(file => ProjectFile.Load(file).References.Any(reference => Repository.IsBelow(reference, "operator"))));

    [Fact]
    public void The_picture_has_no_arrow_from_runtime_to_operator() =>
        Assert.Empty(Picture.Projects
            .Where(project => Repository.IsBelow(project.Path, "runtime"))
            .Where(project => project.References.Any(name => Repository.IsBelow(Find(name).Path, "operator"))));

    [Fact]
    public void The_picture_has_no_circle() =>
        Assert.All(Picture.Projects, project => Assert.InRange(Depth(project, Picture.Projects.Length), 0, Picture.Projects.Length));

    private static IEnumerable<string> ProjectFiles =>
        Repository.Files.Where(file => file.EndsWith("proj", StringComparison.Ordinal));

    private static PlannedProject Find(string name) => Picture.Projects.Single(project => project.Name == name);

    /// <summary>The longest path below a project; beyond <paramref name="limit"/> where it runs in a circle.</summary>
    private static int Depth(PlannedProject project, int limit) =>
        limit < 0 ? 1 : project.References.Select(name => 1 + Depth(Find(name), limit - 1)).DefaultIfEmpty(0).Max();
}
