using Rpc.Transports;

// In the root namespace, as every Listen… extension, so that it is found where the server's builder is.
namespace Rpc;

/// <summary>Lets a server listen within the process.</summary>
public static class InProcessServerTransportExtensions
{
    /// <summary>Listens at <c>inproc://name</c>, for clients of the same process.</summary>
    /// <typeparam name="T">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name: what can be the host of an address; case does not matter.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> cannot be the host of an address.</exception>
    public static T ListenInProcess<T>(this T builder, string name)
        where T : IRpcServerTransportCollection
    {
        if (builder is null)
        {
            throw new ArgumentNullException(nameof(builder));
        }

        builder.AddTransport(new InProcessServerTransport(name ?? throw new ArgumentNullException(nameof(name))));
        return builder;
    }
}
