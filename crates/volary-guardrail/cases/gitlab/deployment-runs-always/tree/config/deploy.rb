set :application, 'tickets'
set :repo_url, 'git@gitlab.com:sandpiper/tickets.git'
set :deploy_to, '/srv/tickets'
