using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Storage;
using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

public sealed class FilesystemTests
{
    private static readonly Grants Grants = Policies.Grants("""
        storage:
          allow:
          - {volume: {name: data, persistentVolumeClaim: {claimName: data}}, path: /data, access: [read, write]}
          - {volume: {name: docs, configMap: {name: docs}}, path: /docs, access: [read]}
          - {volume: {name: csv, persistentVolumeClaim: {claimName: csv}}, path: /csv, access: [read, write], globs: ["*.csv", "out/**"]}
          deny:
          - {path: /data/secret}
          - {path: /data/frozen, access: [write]}
        """);

    [Theory]
    [InlineData("the preopen", "/data", "", "Read", true, "Granted")]
    [InlineData("the preopen as a dot", "/data", ".", "Read", true, "Granted")]
    [InlineData("a file", "/data", "a/b", "Read", false, "Granted")]
    [InlineData("writing a file", "/data", "a/b", "Write", false, "Granted")]
    [InlineData("two slashes and dots", "/data", "a//./b", "Read", false, "Granted")]
    [InlineData("a slash at the end", "/data", "a/", "Read", true, "Granted")]
    [InlineData("up and down inside", "/data", "a/../b", "Read", false, "Granted")]
    [InlineData("up", "/data", "..", "Read", true, "OutsideRoot")]
    [InlineData("up from below", "/data", "a/../../etc/passwd", "Read", false, "OutsideRoot")]
    [InlineData("up and back in", "/data", "../data/a", "Read", false, "OutsideRoot")]
    [InlineData("an absolute path", "/data", "/etc/passwd", "Read", false, "OutsideRoot")]
    [InlineData("an absolute path to the preopen", "/data", "/data/a", "Read", false, "OutsideRoot")]
    [InlineData("three dots are a name", "/data", ".../a", "Read", false, "Granted")]
    [InlineData("a zero character", "/data", "a\0b", "Read", false, "Malformed")]
    [InlineData("another preopen", "/etc", "passwd", "Read", false, "NoRule")]
    [InlineData("the parent of a preopen", "/", "data/a", "Read", false, "NoRule")]
    [InlineData("a denied folder", "/data", "secret", "Read", true, "DeniedByPolicy")]
    [InlineData("below a denied folder", "/data", "secret/key", "Read", false, "DeniedByPolicy")]
    [InlineData("below a denied folder by dots", "/data", "a/../secret/./key", "Read", false, "DeniedByPolicy")]
    [InlineData("a name that begins like a denied folder", "/data", "secrets", "Read", false, "Granted")]
    [InlineData("moving a denied folder", "/data", "secret", "Move", true, "DeniedByPolicy")]
    [InlineData("moving what holds a denied folder", "/data", ".", "Move", true, "DeniedByPolicy")]
    [InlineData("moving something else", "/data", "a", "Move", false, "Granted")]
    [InlineData("reading where writing is denied", "/data", "frozen/a", "Read", false, "Granted")]
    [InlineData("writing where writing is denied", "/data", "frozen/a", "Write", false, "DeniedByPolicy")]
    [InlineData("moving where writing is denied", "/data", "frozen/a", "Move", false, "DeniedByPolicy")]
    [InlineData("reading what is read-only", "/docs", "a", "Read", false, "Granted")]
    [InlineData("writing what is read-only", "/docs", "a", "Write", false, "ReadOnly")]
    [InlineData("moving what is read-only", "/docs", "a", "Move", false, "ReadOnly")]
    [InlineData("a file that a glob meets", "/csv", "a.csv", "Write", false, "Granted")]
    [InlineData("a file that no glob meets", "/csv", "a.txt", "Read", false, "NoRule")]
    [InlineData("a file that a glob would meet elsewhere", "/csv", "x/a.csv", "Read", false, "NoRule")]
    [InlineData("a file below **", "/csv", "out/x/y.bin", "Write", false, "Granted")]
    [InlineData("out of ** by dots", "/csv", "out/../x.bin", "Write", false, "NoRule")]
    [InlineData("listing the preopen on the way to a match", "/csv", "", "Read", true, "Granted")]
    [InlineData("writing the preopen on the way to a match", "/csv", "", "Write", true, "NoRule")]
    [InlineData("listing a folder without matches", "/csv", "x", "Read", true, "NoRule")]
    [InlineData("moving a folder that a glob meets", "/csv", "out/x", "Move", true, "NoRule")]
    [InlineData("moving a file that a glob meets", "/csv", "out/x", "Move", false, "Granted")]
    [InlineData("what a link led to, outside of the globs", "/csv", "private/key", "Read", false, "NoRule")]
    public void Path_in_preopen(string name, string preopen, string file, string use, bool isDirectory, string reason) =>
        Assert.Equal(reason, Grants.Decide(HostRequest.Open(preopen, file, Enum.Parse<StorageUse>(use), isDirectory)).Reason.ToString());

    [Fact]
    public void Preopens_have_the_access_that_denials_leave()
    {
        var grants = Policies.GrantsUnderCeiling("storage: {deny: [{source: secret}, {source: persistentVolumeClaim, access: [write]}]}", """
            storage:
              allow:
              - {volume: {name: a, persistentVolumeClaim: {claimName: a}}, path: /a, access: [read, write]}
              - {volume: {name: b, secret: {secretName: b}}, path: /b, access: [read]}
              - {volume: {name: c, emptyDir: {sizeLimit: 1Mi}}, path: /c, access: [read, write]}
            """);
        Assert.Equal([StorageAccess.Read, StorageAccess.None, StorageAccess.ReadWrite], grants.Preopens.Select(preopen => preopen.Access));
        Assert.Equal(DecisionReason.DeniedByCeiling, grants.Decide(HostRequest.Open("/b", "key", StorageUse.Read, false)).Reason);
        Assert.Equal(DecisionReason.DeniedByCeiling, grants.Decide(HostRequest.Open("/a", "x", StorageUse.Write, false)).Reason);
        Assert.True(grants.Decide(HostRequest.Open("/a", "x", StorageUse.Read, false)).Allowed);
    }

    [Fact]
    public void Different_volumes_at_one_path_grant_none()
    {
        var grants = Policies.Grants(
            "storage: {allow: [{volume: {name: a, secret: {secretName: a}}, path: /x, access: [read]}]}",
            "storage: {allow: [{volume: {name: b, secret: {secretName: b}}, path: /x, access: [read]}]}");
        Assert.Empty(grants.Preopens);
        Assert.Contains("/x", Assert.Single(grants.Conflicts));
    }

    [Fact]
    public void One_volume_at_one_path_adds_up()
    {
        var grants = Policies.Grants(
            "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /x, access: [read], globs: ['*.txt']}]}",
            "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /x, access: [read, write], globs: ['*.log']}]}");
        Assert.Equal(StorageAccess.ReadWrite, Assert.Single(grants.Preopens).Access);
        Assert.Equal(DecisionReason.ReadOnly, grants.Decide(HostRequest.Open("/x", "a.txt", StorageUse.Write, false)).Reason);
        Assert.True(grants.Decide(HostRequest.Open("/x", "a.log", StorageUse.Write, false)).Allowed);
    }
}
