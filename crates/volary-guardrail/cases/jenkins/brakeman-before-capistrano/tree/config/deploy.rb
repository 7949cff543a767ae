lock '~> 3.19'
set :application, 'ferry_booking'
set :repo_url, 'git@git.ferrylines.gr:web/ferry_booking.git'
set :deploy_to, '/srv/ferry_booking'
