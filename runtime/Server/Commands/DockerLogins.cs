using Tapedeck.Oci.Credentials;

namespace Tapedeck.Server.Commands;

/// <summary>The logins that a laptop's user has already: docker's configuration file and that of containers' other tools.</summary>
internal static class DockerLogins
{
    private const int MostBytes = 1 << 20;

    /// <summary>What the files hold. A file that is there and cannot be used is an error: pulls would go on without a login and fail for another reason.</summary>
    /// <exception cref="StartException">A file cannot be used; its content is not repeated.</exception>
    internal static LoginList Read(Func<string, string?> variable, string home)
    {
        var docker = variable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(home, ".docker");
        string?[] files =
        [
            variable("REGISTRY_AUTH_FILE") is { Length: > 0 } file ? file : null,
            variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? Path.Combine(runtime, "containers", "auth.json") : null,
            Path.Combine(docker, "config.json"),
        ];
        return LoginList.Join(files.OfType<string>().Where(File.Exists).Select(ReadFile));
    }

    private static LoginList ReadFile(string file)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes)
            {
                throw new StartException($"the file of logins {file} has more than {MostBytes} bytes; it is none of docker's");
            }
            var logins = DockerConfig.Parse(File.ReadAllBytes(file), file);
            return logins.IsOk ? logins.Value : throw new StartException(logins.Error.ToString());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StartException.Unreadable("the file of logins", file, exception, "mend it, or set DOCKER_CONFIG to an empty folder to pull without logins");
        }
    }
}
