"""Hardware: figures of the boards that programs read; maps, tools and simulations beside them are for developers."""
